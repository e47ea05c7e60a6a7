"""Long campaigns: what is checked ten thousand times, and not at every edit.

Each module is one campaign, and a program: ``python -m checks.campaigns.NAME --count N
--seed S`` checks N cases, which S alone decides. It shows each case that comes out
otherwise than it should, with what it takes to see that case again. Its last line is
``N checked, M differences``, and it exits with 1 if M is not 0. Without ``--count`` it
does as much as its promise says.

``nox -s campaigns`` runs all of them; ``-- --quick`` the part that is in the gate.
"""
