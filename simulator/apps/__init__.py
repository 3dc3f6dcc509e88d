"""The dialplan applications that the simulator runs, a theme a module."""
