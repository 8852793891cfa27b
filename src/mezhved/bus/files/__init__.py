"""The file store: contents by keys of ours, the FTP server, taking over, handing out, cleaning up."""
