"""The top floor: everything a person faces, on the screen and on the command line."""
