## What the law asks every January: the report, applications, catalogue, delivery.
GK_YEARLY = tests/cli/t500-report-check.sh tests/cli/t510-apply.sh tests/cli/t520-annual.sh tests/cli/t530-catalogue.sh tests/cli/t535-guide.sh tests/cli/t540-deliver.sh tests/cli/t550-report-page.sh
TESTS += $(GK_YEARLY)
EXTRA_DIST += $(GK_YEARLY) tests/oracle/annual_reports.py tests/oracle/applications.py tests/oracle/town.py
