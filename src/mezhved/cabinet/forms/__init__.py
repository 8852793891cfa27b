"""Forms of any information type: nodes opened as they are needed, values kept at every change."""
