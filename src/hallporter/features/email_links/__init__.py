"""Email links: what follows when somebody opens one."""
