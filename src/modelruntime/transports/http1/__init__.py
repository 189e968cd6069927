"""HTTP/1.1 as pure translation: requests to bytes, bytes to responses. No I/O."""
