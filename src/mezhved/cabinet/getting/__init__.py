"""Get: own requests with what became of them, and answers as page, PDF, XML and Excel."""
