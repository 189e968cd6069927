"""What each path of the admin API does. A file holds the handlers of one noun, and the shapes they take and give."""
