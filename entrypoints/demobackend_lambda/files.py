"""The files area behind Amazon API Gateway."""

from demobackend.api.operation import AreaName
from demobackend_lambda.first_use import area_handler

handler = area_handler(AreaName.FILES)
