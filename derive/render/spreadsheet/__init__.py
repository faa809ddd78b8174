"""The workbook of a spreadsheet."""
