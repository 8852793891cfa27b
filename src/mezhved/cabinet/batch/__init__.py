"""Many requests from an Excel file: a workbook for a type, every row checked, the right ones sent."""
