# -*- coding: utf-8 -*-
# The beginning of every module that Python imports by itself (sitecustomize),
# placed first in PYTHONPATH.
def _next():  # leave the place to the machine's own sitecustomize
    import sys, os
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [p for p in sys.path if os.path.abspath(p or ".") != here]
    me = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize
    except ImportError:
        pass
    sys.modules.setdefault("sitecustomize", me)  # importlib wants it back


