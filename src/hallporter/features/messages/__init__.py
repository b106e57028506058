"""Mail and SMS to users: facts written with what caused them, worded and delivered after."""
