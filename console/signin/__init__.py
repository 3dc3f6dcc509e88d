"""Coming in: passwords, second factors, invitations, OpenID Connect."""
