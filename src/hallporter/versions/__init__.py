"""Old API versions, as small named changes at the rim; features speak only the newest."""
