[default]
cli_timestamp_format = x
