"""How things reach the outside and come from it: mail, SMS, HTTP, npm."""
