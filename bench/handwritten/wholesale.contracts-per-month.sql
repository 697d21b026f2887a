with working as (
    select month, month_end, count(day) as days
    from months left join calendar on working and day >= month and day < month_end
    where month_end > getvariable('period_from') and month_end <= getvariable('period_to')
    group by all
), there as (
    select employee_id, date_trunc('month', day) as month, count(*) as here from present group by all
), here as (
    select employee_id, month, days, coalesce(here, 0) as here
    from managers join working on hired_on < month_end and left_on >= month left join there using (employee_id, month)
), owed as (
    select employee_id, month, case
        when days = here then getvariable('contracts_per_month')
        when here * 2 >= days then greatest(getvariable('contracts_per_month') * here // days, 1)
        else getvariable('contracts_per_month') * here // days end as owed
    from here
), placed as (
    select *, row_number() over (partition by client_id, status = 'cancelled' order by signed_on, contract_id) as place
    from contracts
), done as (
    select employee_id, date_trunc('month', signed_on) as month, count(*) as clients
    from placed where kind = 'new' and status <> 'cancelled' and place = 1
    group by all
)
select employee_id, month, null
from owed left join done using (employee_id, month)
where coalesce(clients, 0) < owed
