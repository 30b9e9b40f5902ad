"""The service area behind Amazon API Gateway, and every unknown path: route `/` and `/{proxy+}` here."""

from demobackend.api.operation import AreaName
from demobackend_lambda.first_use import area_handler

handler = area_handler(AreaName.SERVICE)
