select day, count(*) as orders, sum(total) as revenue
from orders
group by day
order by day desc;
