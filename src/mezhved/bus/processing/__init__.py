"""What the bus does with a message after its receipt, before its recipients can take it."""

from mezhved.bus.processing.processor import Processor, process_all
from mezhved.bus.processing.steps import STEPS, Step

__all__ = ["STEPS", "Processor", "Step", "process_all"]
