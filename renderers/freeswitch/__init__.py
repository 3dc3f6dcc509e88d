"""From a resolved site to a FreeSWITCH configuration folder."""
