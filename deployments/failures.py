"""What can go wrong while a project is registered, paused or taken out of Prefect."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson, Transient


class ServerSilent(Transient):
    """The Prefect server does not answer at {item}: {detail}"""

    code = "register.server-silent"
    advice = "Start it (`make up`), and name it in this shell: source .skyflytt/prefect/env.sh"


class ServerRefuses(NeedsPerson):
    """The Prefect server at {item} does not let this shell in: {detail}"""

    code = "register.server-refuses"
    advice = "Give it the server's sign-in (PREFECT_API_AUTH_STRING): source .skyflytt/prefect/env.sh"


class NothingDeployed(NeedsPerson):
    """The Prefect server has no deployment {item}, after which a project's own are made"""

    code = "register.nothing-deployed"
    advice = "Apply prefect.yaml first: `make up` does, or `prefect --no-prompt deploy --all` in the checkout."


class NoSuchProject(BadInput):
    """The Prefect server knows no project {item}: {detail}"""

    code = "register.no-such-project"
    advice = "Name a project that is registered, or register it first (`skyflytt project register FILE`)."


class NameTaken(BadInput):
    """A project cannot be called {item}, as {detail} has it: so are the deployments called that projects' own are made after"""

    code = "register.name-taken"
    advice = "Give the project another name."


class BlockTaken(BadInput):
    """The block {item} is another project's: {detail}"""

    code = "register.block-taken"
    advice = "Give the server another name in the project file. Nothing was registered, and no secret was changed."


class RunsUnfinished(Transient):
    """The project {item} still has runs that wait or work: {detail}"""

    code = "register.runs-unfinished"
    advice = "Let them end, or cancel them in the UI; then try again. Nothing was taken away."
