"""Transaction codes: the service that issues them (`generateMark`), and the codes themselves.

MR 3.3 section 8. A code names the state service or function in the course of which requests are sent.
"""

from __future__ import annotations

from mezhved.smev3.transactions.client import TransactionCodeClient, TransactionServiceRefused
from mezhved.smev3.transactions.codes import MalformedTransactionCode, TransactionCode
from mezhved.smev3.transactions.documents import wsdl
from mezhved.smev3.transactions.messages import (
    ENDPOINTS,
    MARKER,
    FrguInformation,
    Marker,
    read_generate_mark,
    read_marker,
    write_generate_mark,
    write_marker,
)

__all__ = [
    "ENDPOINTS",
    "MARKER",
    "FrguInformation",
    "MalformedTransactionCode",
    "Marker",
    "TransactionCode",
    "TransactionCodeClient",
    "TransactionServiceRefused",
    "read_generate_mark",
    "read_marker",
    "write_generate_mark",
    "write_marker",
    "wsdl",
]
