"""What `doctor` looks at: machine, keys, database, work. Each check gives findings; none raises."""
