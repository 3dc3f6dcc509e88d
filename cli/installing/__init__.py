"""What a host needs besides the program: units of systemd, a jail of fail2ban, a cap in the firewall."""
