"""What the switch keeps beside its calls: profiles, gateways, registrations, streams, modules."""
