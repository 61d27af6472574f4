"""The door for members, staff, agencies and leaders: home, 待办, queues, notices, search; and the house-keeping."""
