"""How knowledge is shown: graphs, charts, the runbook, reports. Empty until the charts come."""
