"""How a page looks: one row per format, its printers, its templates, the PDF engines."""
