"""`make demo`: the main job on the demo site, from YAML to a switch that runs it."""
