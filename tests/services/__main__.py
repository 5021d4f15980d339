"""Installs the servers and browsers that the tests run, before several workers miss the same."""

import sys

from tests.e2e import browsers
from tests.services import ceph, postgresql
from tests.services.processes import ServiceFailedError, ServiceMissingError

if __name__ == "__main__":
    try:
        for find in (
            postgresql.find_binaries,
            ceph.find_programs,
            browsers.chromium_binary,
            browsers.firefox_binary,
        ):
            find()
    except (ServiceMissingError, ServiceFailedError) as error:
        sys.exit(str(error))
