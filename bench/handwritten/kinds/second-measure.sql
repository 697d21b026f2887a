with signed as (
    select employee_id, date_trunc('quarter', signed_on)::date as quarter, count(*) as contracts from contracts group by all
), found as (
    select employee_id, date_trunc('quarter', "at")::date as quarter, count(*) as leads from leads group by all
), quarters as (
    select employee_id, date_trunc('quarter', day)::date as quarter from owing where working and here group by all
)
select employee_id, quarter, null
from quarters join found using (employee_id, quarter) left join signed using (employee_id, quarter)
where leads >= 10 and coalesce(contracts, 0) < leads
