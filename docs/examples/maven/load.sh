#!/bin/sh
# Loads the four files of the Maven "CRM Sales Opportunities" set into an empty database, in US dollars.
# Usage: load.sh FOLDER      The database is the one that OCTANT_DATA_DIR or OCTANT_DATABASE_URL names.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
files=${1:?"usage: load.sh FOLDER (with accounts.csv, products.csv, sales_teams.csv, sales_pipeline.csv)"}
PATH="$here/../../../.venv/bin:$PATH"
export OCTANT_CURRENCY=USD

octant migrate
octant import crm.unit "$files/sales_teams.csv" --mapping "$here/offices.toml"
octant import crm.unit "$files/sales_teams.csv" --mapping "$here/teams.toml"
octant import crm.user "$files/sales_teams.csv" --mapping "$here/managers.toml"
octant import crm.user "$files/sales_teams.csv" --mapping "$here/people.toml"
octant import crm.product "$files/products.csv" --mapping "$here/products.toml"
octant import crm.account "$files/accounts.csv" --mapping "$here/accounts.toml"
octant import crm.stage "$here/stages.csv" --mapping "$here/stages.toml"
octant import crm.opportunity "$files/sales_pipeline.csv" --mapping "$here/opportunities.toml"

cat <<'NEXT'
Loaded. Passwords are printed where none is given; serve with OCTANT_CURRENCY=USD too.
The chief, who sees all of it:       octant user add boss --role executive --unit company
The administrator, who lets the sales people of the files in by one-time links:
                                     octant user add root --role administrator --role data_keeper
NEXT
