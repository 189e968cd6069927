from tests.transports.drivers import drivers

__all__ = ["drivers"]
