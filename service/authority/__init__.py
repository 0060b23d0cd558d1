"""A licence repository of its own, as another department would run it: signed licences and register answers over HTTP.

It shares no database and no key with the service that asks it. In the manner of GB/T 36906-2018.
"""
