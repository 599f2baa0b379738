"""The small world for the tests of quotes."""

from tests.crm.conftest import carrier as carrier
from tests.crm.conftest import fresh_carrier as fresh_carrier
