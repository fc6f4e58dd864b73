"""The ground floor: what the desk knows and decides. Pure: values in, values out."""
