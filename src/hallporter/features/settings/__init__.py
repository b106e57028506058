"""What every feature brings to the settings of instances, put together."""
