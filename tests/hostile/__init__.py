"""Text and files as somebody who means harm, or a broken program, would send them."""
