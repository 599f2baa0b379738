"""The same small world as the tests of clients."""

from tests.crm.conftest import carrier as carrier
from tests.crm.conftest import fresh_carrier as fresh_carrier
