"""What every step of a packet knows: its model, the plan of its pages, the order of markings."""
