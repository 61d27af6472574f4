"""Fill only the rows of consultations."""
import csv, pytest
from tests import test_every_url as T
from tests.cast import make_cast
from django.test import Client
@pytest.mark.django_db
def test_fill():
    cast=make_cast(); names=T.world(cast)
    browsers={T.NOBODY: Client(raise_request_exception=False)}
    for name, account in cast.accounts.items():
        browsers[name]=Client(raise_request_exception=False); browsers[name].force_login(account)
    whole=T.rows(); bad=[]
    for n,row in enumerate(whole):
        if 'consultations' not in row['route']: continue
        path='/'+row['path'].format(**names)
        for name,b in browsers.items():
            got=str(b.get(path).status_code); bad.append((path,name,row[name],got)) if got!=row[name] else None
    assert bad==[]
