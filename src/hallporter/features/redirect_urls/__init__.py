"""Redirect URLs: where a visit to a provider may lead back to beside the instance's own pages."""
