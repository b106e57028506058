"""Mail to users: written with what caused it, delivered after."""
