"""What the browser may send about cases, one module a page. Each form reads and gives the frozen documents of its part."""
