"""See: dashboards, the pivot, reports, notifications."""
