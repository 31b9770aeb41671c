"""What tests and the scripts around them share."""

import pkgutil

import pytest

# A failed assertion in here says its values, as in a test.
pytest.register_assert_rewrite(*(f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__)))
