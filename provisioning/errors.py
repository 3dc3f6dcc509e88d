"""What can be wrong with how the service is set up.

ProvisioningError          one sentence, with the way out
├── SettingsError          the settings contradict each other, or cannot be read
├── ReleaseError           the folder to serve is none, or is broken
├── StateError             the service's own folder cannot be read or written
└── ListenError            the address cannot be listened on, the certificate not be used
"""


class ProvisioningError(Exception):
    """The text is one sentence for an operator, with the way out."""


class SettingsError(ProvisioningError):
    """The settings contradict each other, or cannot be read."""


class ReleaseError(ProvisioningError):
    """The folder to serve is none, or is broken."""


class StateError(ProvisioningError):
    """The service's own folder cannot be read or written."""


class ListenError(ProvisioningError):
    """The address cannot be listened on, or the certificate not be used."""
