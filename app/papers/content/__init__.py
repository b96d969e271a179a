"""What each paper says, one module a subject. A builder takes the dossier and gives blocks; nothing here changes anything."""
