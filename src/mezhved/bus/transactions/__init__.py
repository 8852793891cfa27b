"""The service of transaction codes (`generateMark`, MR 3.3 section 8) and the judgement of codes."""
