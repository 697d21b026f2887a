with firsts as (
    select employee_id, "at", row_number() over (partition by client_id order by "at", activity_id) as nth
    from activities where client_id is not null
), done as (
    select employee_id, date_trunc('month', "at")::date as month, count(*) as firsts from firsts where nth = 1 group by all
), working as (
    select date_trunc('month', day)::date as month, count(*) as days from calendar where working group by all
), present as (
    select employee_id, date_trunc('month', day)::date as month, count(*) filter (working and here) as days
    from owing group by all
)
select employee_id, month, null
from present join working using (month) left join done using (employee_id, month)
where coalesce(firsts, 0) < 1 and present.days * 2 >= working.days
