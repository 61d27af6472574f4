"""python -m huisheng.proposals.intake FILE: the draft as JSON, without a roster. Exit status 2 when refused."""

import json
import sys
from pathlib import Path

from huisheng.proposals.intake import Refused, read_paper_safely, to_json

if __name__ == "__main__":
    path = Path(sys.argv[1])
    outcome = read_paper_safely(path.read_bytes(), path.name)
    print(json.dumps(to_json(outcome), ensure_ascii=False, indent=1))
    sys.exit(2 if isinstance(outcome, Refused) else 0)
