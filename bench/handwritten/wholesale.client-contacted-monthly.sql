with owed as (
    select owner_id, client_id, month
    from clients join managers on owner_id = employee_id join months
      on month_end > getvariable('period_from') and month_end <= getvariable('period_to')
     and (created_at is null or created_at <= month) and month_end - 1 between hired_on and left_on
    where closed_on is null
      and not exists (from silent where day >= month and day < month_end)
), done as (
    select client_id, date_trunc('month', "at") as month, count(*) as contacts
    from activities where kind in ('call', 'meeting')
    group by all
)
select owner_id, month, client_id
from owed left join done using (client_id, month)
where coalesce(contacts, 0) < getvariable('contacts_per_month')
