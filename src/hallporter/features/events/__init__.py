"""What happened: written with what caused it, for webhooks and for whoever asks who did it."""
